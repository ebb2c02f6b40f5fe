import { mount } from 'svelte'
import './app.css'
import App from './App.svelte'
import { startKeys } from './lib/keys'

const theme = localStorage.getItem('theme')
if (theme === 'dark' || theme === 'light') document.documentElement.dataset['theme'] = theme
startKeys()
mount(App, { target: document.getElementById('app') as HTMLElement })
